// The tickets of an event without numbered seats, live: the same stream and snapshots as the map's.

import { LiveFeed } from "../seat_map/live_feed.js";
import { takeChoice } from "../waiting_room/keep.js";
import { LiveChanges } from "./live_changes.js";

export function startAreas({ event, form, basket }) {
  const changes = new LiveChanges({ event, basket, close() {} });
  let [version, areas] = [-1, {}];
  const hasFree = () => Object.values(areas).some(({ available }) => available > 0);
  const take = (data) => {
    const isFirst = version === -1;
    version = data.version;
    areas = { ...areas, ...data.areas };
    basket.updateAreas(areas);
    if (isFirst && form.dataset.state !== "soon") chooseAgain(event, basket);
    if (hasFree()) changes.offerAgain();
  };
  const feed = new LiveFeed({
    seatsUrl: event.seats_url,
    liveUrl: event.live_url,
    on(kind, data) {
      if (kind === "status") changes.sayStatus(data);
      else if (kind === "notice") changes.receive(data, hasFree());
      else if (kind === "snapshot" ? data.version >= version : data.version > version) take(data);
    },
  });
  feed.start();
}

// After a reload for new data, restore the selection.
function chooseAgain(event, basket) {
  const choice = takeChoice(event.id);
  if (choice) basket.choosePlaces(choice.general_admission ?? []);
}
