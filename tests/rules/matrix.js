// Who × which document × which operation × which class of field, and what firestore.rules must answer.
import { assertFails, assertSucceeds } from "@firebase/rules-unit-testing";
import {
  collection,
  deleteDoc,
  deleteField,
  doc,
  documentId,
  getDoc,
  getDocs,
  query,
  runTransaction,
  setDoc,
  updateDoc,
  where,
  writeBatch,
} from "firebase/firestore";

export const WHO = [
  "owner",
  "owner who has not confirmed the address",
  "another user",
  "somebody who claims to be the owner",
  "anonymous",
];
const OWNERS = new Set(WHO.slice(0, 2));

const parent = (path) => path.split("/").slice(0, -1).join("/");
const name = (path) => path.split("/").at(-1);
// Where nobody has a document of their own, a new one lies beside the others.
const beside = (path) => `${parent(path)}/${path.startsWith("users/alice/") ? "new" : "mallory"}`;

/** What a writer might try to slip in; none of it may pass. */
const FIELDS = {
  "a harmless field": { name: "changed" },
  "the owner": { owner: "mallory" },
  "the quotas": { quotas: { activeRuns: 1_000 } },
  "a state": { state: "succeeded", result: { verified: true } },
  "an unknown field": { isAdmin: true },
  "a field to delete": { name: deleteField() },
};

const READS = {
  get: { may: (document) => document.get, by: (db, { path }) => getDoc(doc(db, path)) },
  list: {
    may: (document) => document.list,
    by: (db, { path }) => getDocs(collection(db, parent(path))),
  },
  "list by a field": {
    may: (document) => document.list,
    by: (db, { path }) => getDocs(query(collection(db, parent(path)), where("name", "==", "seeded"))),
  },
  "list by the id": {
    may: (document) => document.list,
    by: (db, { path }) =>
      getDocs(query(collection(db, parent(path)), where(documentId(), "==", name(path)))),
  },
};

const never = () => false;
const WRITES = {
  create: { may: never, by: (db, { path }) => setDoc(doc(db, beside(path)), { name: "new" }) },
  replace: { may: never, by: (db, { path }) => setDoc(doc(db, path), { name: "changed" }) },
  delete: { may: never, by: (db, { path }) => deleteDoc(doc(db, path)) },
  "write in a batch": {
    may: never,
    by: (db, { path }) => writeBatch(db).set(doc(db, path), { name: "changed" }).commit(),
  },
  "write in a transaction": {
    may: never,
    by: (db, { path }) =>
      runTransaction(db, async (change) => change.set(doc(db, path), { name: "changed" })),
  },
  ...Object.fromEntries(
    Object.entries(FIELDS).map(([field, value]) => [
      `update ${field}`,
      { may: never, by: (db, { path }) => updateDoc(doc(db, path), value) },
    ]),
  ),
};

export const OPERATIONS = { ...READS, ...WRITES };

/** Every case there is: `may` says whether the rules must allow it. */
export function casesOf(document) {
  return Object.entries(OPERATIONS).flatMap(([operation, { may, by }]) =>
    WHO.map((who) => ({ operation, who, by, may: may(document) && OWNERS.has(who) })),
  );
}

/** Rejects when the rules answer otherwise than they must. */
export async function check({ by, may, who }, people, document) {
  const asked = by(people[who], document);
  if (may) await assertSucceeds(asked);
  else await assertFails(asked);
}
