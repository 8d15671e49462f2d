/** Long lists, and requests for many entries of them. */
import type { Bomb } from "./bomb.ts";
import { names, subject } from "./ground.ts";
import { get, volley } from "./volley.ts";

const numbers = [
  "1e9",
  "1000000000",
  "999999999",
  "2147483648",
  "18446744073709551616",
  "-1",
  "0x7fffffff",
  "9".repeat(5_000),
];
const lists = [
  `/v2/${names.tags}/tags/list`,
  "/v2/_catalog",
  `/v2/${names.referrers}/referrers/${subject}`,
  `/v2/${names.tags}/_oci/tag-history/t000001`,
] as const;

export const listingBombs: readonly Bomb[] = [
  {
    name: "n=1e9 and its like, of every list, 96 at once",
    expected: ["400", "200"],
    drop: (port) =>
      volley(
        port,
        lists.flatMap((list) => numbers.map((number) => get(`${list}?n=${number}`))),
        96,
      ),
  },
  {
    name: "100,000 tags, listed by 50 at once",
    expected: ["200"],
    drop: (port) => volley(port, [get(`/v2/${names.tags}/tags/list`)], 50),
  },
  {
    name: "12,000 repositories, listed by 50 at once",
    expected: ["200"],
    drop: (port) => volley(port, [get("/v2/_catalog?n=10000")], 50),
  },
  {
    name: "8 MiB of annotations of referrers, listed by 50 at once",
    expected: ["200"],
    drop: (port) => volley(port, [get(`/v2/${names.referrers}/referrers/${subject}`)], 50),
  },
];
