// Send the form of the next piece of a change of many events. Without scripts, people press its button.

document.querySelector("form[data-continue]")?.requestSubmit();
