// A time is written in the zone of the venue, and says so: "America/New_York" → "New York time".

export function zoneName(timezone) {
  const city = timezone.split("/").at(-1).replaceAll("_", " ");
  return city === "UTC" ? city : `${city} time`;
}
