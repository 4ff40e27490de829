// A time is shown in the venue's zone, with its name: "America/New_York" → "New York time".

export function zoneName(timezone) {
  const city = timezone.split("/").at(-1).replaceAll("_", " ");
  return city === "UTC" ? city : `${city} time`;
}
