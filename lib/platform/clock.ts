/** The one place that reads the wall clock; everything else is handed `now`. */
export const now = (): Date => new Date()
