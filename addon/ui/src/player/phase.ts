/**
 * `loading`: what there is isn't known yet. `ready`: it plays, or could. `nothing`: nothing was recorded, or it was deleted.
 * `unplayable`: this browser can't play it. `too-large`: it could play it as a whole only, which is too much. `failed`: see `error`.
 */
export type Phase = "loading" | "ready" | "nothing" | "unplayable" | "too-large" | "failed";
