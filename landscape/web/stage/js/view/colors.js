// Colours that the browser draws by itself, as landscape/figures/style.py has them; tests/web/test_protocol.py compares.

export const OPTIMUM = "#F0E442";
export const DATA = "#0072B2";
export const INK = "#1B1B33";
export const CASING = "#FFFFFF";
export const GHOST = "#8C8C96";
export const LOSS_LINE = "#4886BB";
