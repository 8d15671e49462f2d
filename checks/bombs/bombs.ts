import { archiveBombs } from "./archives.ts";
import type { Bomb } from "./bomb.ts";
import { connectionBombs } from "./connections.ts";
import { documentBombs } from "./documents.ts";
import { listingBombs } from "./listings.ts";
import { sessionBombs } from "./sessions.ts";

export const bombs: readonly Bomb[] = [
  ...listingBombs,
  ...documentBombs,
  ...archiveBombs,
  ...connectionBombs,
  ...sessionBombs,
];
