// Texts of the waiting room, the same on the page and for screen readers.

export function makeWords(locale, timeZone) {
  const number = (value) => value.toLocaleString(locale);
  return {
    number,
    people: (count) => `${number(count)} ${count === 1 ? "person" : "people"}`,
    wait(seconds) {
      if (seconds === null) return "";
      if (seconds < 60) return "Less than a minute at today's pace.";
      const minutes = Math.round(seconds / 60);
      if (minutes < 90) return `About ${number(minutes)} ${minutes === 1 ? "minute" : "minutes"} at today's pace.`;
      const hours = Math.round(minutes / 6) / 10;
      return `About ${number(hours)} hours at today's pace.`;
    },
    clock: (moment) => new Date(moment).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", timeZone }),
    moment: (moment) =>
      new Date(moment).toLocaleString(locale, {
        weekday: "short",
        day: "numeric",
        month: "short",
        hour: "2-digit",
        minute: "2-digit",
        timeZone,
      }),
    span(milliseconds) {
      const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
      const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
      if (hours >= 48) return `${number(Math.round(hours / 24))} days`;
      return hours ? `${hours} h ${minutes} min` : `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
    },
  };
}
