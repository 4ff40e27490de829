// Create an element with a class.

export function element(tag, name) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  return node;
}
