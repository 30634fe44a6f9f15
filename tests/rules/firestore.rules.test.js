// firestore.rules: the owner reads what is theirs; nobody else reads, and nobody writes.
import { assertFails, assertSucceeds } from "@firebase/rules-unit-testing";
import {
  collection,
  collectionGroup,
  deleteDoc,
  doc,
  getDoc,
  getDocs,
  query,
  setDoc,
  updateDoc,
  where,
  writeBatch,
} from "firebase/firestore";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DOCUMENTS, people, seed, startRules } from "./world.js";

const WHO = ["owner", "another user", "somebody who claims to be the owner", "anonymous"];
const GROUPS = [...new Set(DOCUMENTS.map(({ path }) => path.split("/").at(-2)))];
let environment;
let as;

beforeAll(async () => {
  environment = await startRules();
  as = people(environment);
});
afterAll(() => environment?.cleanup());

const parent = (path) => path.split("/").slice(0, -1).join("/");
const verdict = (allowed) => (allowed ? assertSucceeds : assertFails);

describe.each(DOCUMENTS)("$path", ({ path, get, list }) => {
  beforeAll(() => seed(environment));

  test.each(WHO)("is got by its owner at most (%s)", async (who) => {
    await verdict(get && who === "owner")(getDoc(doc(as[who], path)));
  });

  test.each(WHO)("is listed by its owner at most (%s)", async (who) => {
    await verdict(list && who === "owner")(getDocs(collection(as[who], parent(path))));
  });

  test.each(WHO)("is created by nobody (%s)", async (who) => {
    const another = `${parent(path)}/${path.startsWith("users/alice/") ? "new" : "mallory"}`;
    await assertFails(setDoc(doc(as[who], another), { name: "new" }));
  });

  test.each(WHO)("is updated by nobody (%s)", async (who) => {
    await assertFails(updateDoc(doc(as[who], path), { name: "changed" }));
    await assertFails(setDoc(doc(as[who], path), { name: "changed" }));
  });

  test.each(WHO)("is deleted by nobody (%s)", async (who) => {
    await assertFails(deleteDoc(doc(as[who], path)));
  });
});

describe("around the rules", () => {
  beforeAll(() => seed(environment));

  test.each(GROUPS.flatMap((group) => WHO.map((who) => ({ group, who }))))(
    "the collections named $group are not read across users by $who",
    async ({ group, who }) => {
      await assertFails(getDocs(collectionGroup(as[who], group)));
      await assertFails(
        getDocs(query(collectionGroup(as[who], group), where("owner", "==", "alice"))),
      );
    },
  );

  test("what the owner reads is what was stored", async () => {
    const found = await assertSucceeds(getDoc(doc(as.owner, "users/alice/runs/r1")));

    expect(found.data()).toEqual({ owner: "alice", name: "seeded" });
  });

  test("the owner's filtered list is allowed, the same list of somebody else is not", async () => {
    const runs = (who, uid) =>
      getDocs(query(collection(as[who], `users/${uid}/runs`), where("name", "==", "seeded")));

    expect((await assertSucceeds(runs("owner", "alice"))).size).toBe(1);
    await assertFails(runs("another user", "alice"));
  });

  test("a document that is not there tells a stranger nothing", async () => {
    await assertSucceeds(getDoc(doc(as.owner, "users/alice/runs/none")));
    await assertFails(getDoc(doc(as["another user"], "users/alice/runs/none")));
  });

  test("a batch does not smuggle a write past the rules", async () => {
    const batch = writeBatch(as.owner);
    batch.set(doc(as.owner, "users/alice/usage/backtests"), { active: {} });

    await assertFails(batch.commit());
  });

  test("every document of the data model has its case here", async () => {
    const { readFileSync } = await import("node:fs");
    const model = readFileSync(new URL("../../docs/data-model.md", import.meta.url), "utf8");
    const rows = [...model.matchAll(/^\| `((?:users|apiTokens|outbox|erasures|suspensions|audit|…)\/[^`]+)` \|/gm)];
    const kinds = new Set(rows.map(([, path]) => path.split("/").at(-2)));

    expect(rows.length).toBeGreaterThan(10);
    expect(GROUPS).toEqual(expect.arrayContaining([...kinds]));
  });
});
