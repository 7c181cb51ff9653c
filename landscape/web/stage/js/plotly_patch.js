// plotly.js's list of every attribute, walked once instead of at every drawing of every trace.

const known = new WeakSet();

/**
 * To find which attributes of a trace hold arrays, plotly.js walks all that its type can have, some hundreds, each time
 * it is drawn: a sixth of the time that four small plots take. The list never changes, so what a walk met is remembered.
 */
export function rememberWalks(schema) {
  if (known.has(schema)) return;
  known.add(schema);
  const walk = schema.crawl;
  const walks = new WeakMap();
  schema.crawl = (attributes, visit, level, path) => {
    // A walk goes down into an attribute's own attributes by calling itself, with their level and path.
    if (level || path) return walk(attributes, visit, level, path);
    if (!walks.has(attributes)) {
      const met = [];
      walk(attributes, (...found) => met.push(found));
      walks.set(attributes, met);
    }
    walks.get(attributes).forEach((found) => visit(...found));
  };
}
