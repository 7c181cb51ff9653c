// What the browser recomputes by itself while a visitor drags: one feature without a bias, any number of points and
// neurons. Pure functions that agree with Python to 1e-6 of the scale; tests/web/test_engine.py checks that.
export { bestOfOneNeuron } from "./best_of_width.js";
export { written, short, counted } from "./formatting.js";
export { objective, place } from "./problem.js";
export { lambdaMax, optimum, problemOf } from "./optimum.js";
export { lossField, twinField } from "./field.js";
export { withLoss } from "./loss_trace.js";
export { colourTable, lossScale, paint } from "./paint.js";
export { descend, storable } from "./descent.js";
export { descendSuited, stepAdvice, workingStep } from "./step_size.js";
export { certify } from "./certificate.js";
export { unreachableLabels } from "./unreachable_labels.js";
export { verdict } from "./verdict.js";
