export { ClipElement } from "./clip";
export type { ClipSource } from "./footage";
