/** Pixels, in one place: what is laid out by the browser and what is reckoned must agree. */
export const rowPx = 30
/** A lane's head before it is measured. */
export const headPx = 52
export const axisPx = 26
/** Left of the time: what each row is about. */
export const gutterPx = 104
/** The picture is drawn in columns of this width; those out of view are not. */
export const columnPx = 320
