export { TuningScreen } from "./tuning-screen";
