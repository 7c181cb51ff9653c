// What the theme's script adds to a page, for those who use a keyboard or a screen reader: a table that is scrolled takes
// the focus, and the button that copies a block of code is no place of its own to go to.
function label() {
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) {
    table.tabIndex = 0;
    table.setAttribute("role", "group");
    table.setAttribute("aria-label", "Table");
  }
  for (const nav of document.querySelectorAll(".md-code__nav:not([role])")) nav.setAttribute("role", "none");
}
label();
new MutationObserver(label).observe(document.body, { childList: true, subtree: true });
