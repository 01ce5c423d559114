import "./alerts-screen";

export { callOut } from "./call-out";
