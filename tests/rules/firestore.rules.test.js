// firestore.rules: the owner reads what is theirs; nobody else reads, and nobody writes.
import { assertFails, assertSucceeds } from "@firebase/rules-unit-testing";
import { collectionGroup, doc, getDoc, getDocs, query, where } from "firebase/firestore";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { casesOf, check, WHO } from "./matrix.js";
import { coverage, DOCUMENTS, people, readFile, seed, startRules } from "./world.js";

const GROUPS = [...new Set(DOCUMENTS.map(({ path }) => path.split("/").at(-2)))];
let environment;
let as;

beforeAll(async () => {
  environment = await startRules();
  as = people(environment);
  await seed(environment);
});
afterAll(() => environment?.cleanup());

describe.each(DOCUMENTS)("$path", (document) => {
  test.each(casesOf(document))("$operation by $who: allowed is $may", (each) =>
    check(each, as, document),
  );
});

describe("around the rules", () => {
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

  test("a document that is not there tells a stranger nothing", async () => {
    await assertSucceeds(getDoc(doc(as.owner, "users/alice/runs/none")));
    await assertFails(getDoc(doc(as["another user"], "users/alice/runs/none")));
  });

  test("every document of the data model has its case here", () => {
    const model = readFile("docs/data-model.md");
    const rows = [...model.matchAll(/^\| `((?:[a-zA-Z]+|…)\/[^`]+)` \|/gm)];
    const kinds = new Set(rows.map(([, path]) => path.split("/").at(-2)));

    expect(rows.length).toBeGreaterThan(10);
    expect(GROUPS).toEqual(expect.arrayContaining([...kinds]));
  });
});

// Last: it counts what all the tests above have evaluated.
describe("coverage", () => {
  test("every expression of the rules was evaluated, every condition both ways", async () => {
    const { expressions, unused, oneSided } = await coverage();

    expect(expressions).toBeGreaterThan(5);
    expect(unused).toEqual([]);
    expect(oneSided).toEqual([]);
  });
});
