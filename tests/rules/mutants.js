// Every small mistake that could be made in firestore.rules, each as a whole text of rules.

/** Mutants that no test can tell from the rules, and why. */
export const EQUIVALENT = {
  "without `request.auth != null`":
    "the next clause reads a member of null for somebody signed out: an error, and an error denies",
};

/** @returns {{ title: string, rules: string }[]} */
export function mutantsOf(rules) {
  return [...allows(rules), ...conditions(rules), ...wildcards(rules)];
}

function allows(rules) {
  return matches(rules, /allow ([a-z, ]+): if ([^;]+);/g).flatMap((found) => {
    const [, methods, condition] = found;
    const each = methods.split(", ");
    const variants = [
      ["for everybody", `allow ${methods}: if true;`],
      ["for nobody", `allow ${methods}: if false;`],
      ["negated", `allow ${methods}: if !(${condition});`],
      ["for whoever is signed in", `allow ${methods}: if request.auth != null;`],
      ["with create", `allow ${methods}, create: if ${condition};`],
      ["with update", `allow ${methods}, update: if ${condition};`],
      ["with delete", `allow ${methods}, delete: if ${condition};`],
      ...(each.length === 1 ? [] : each).map((method) => [
        `without ${method}`,
        `allow ${each.filter((other) => other !== method).join(", ")}: if ${condition};`,
      ]),
      ...(each.includes("list") ? [] : [["with list", `allow ${methods}, list: if ${condition};`]]),
    ];
    return variants.map(([what, text]) => mutant(rules, found, `${found[0]} ${what}`, text));
  });
}

function conditions(rules) {
  return matches(rules, /return ([^;]+);/g).flatMap((found) => {
    const clauses = found[1].split(" && ");
    const without = clauses.map((clause) => [
      `without \`${clause}\``,
      clauses.filter((other) => other !== clause).join(" && ") || "true",
    ]);
    const flipped = matches(found[1], /[!=]=/g).map((sign) => [
      `with \`${sign[0]}\` turned round at ${sign.index}`,
      replaced(found[1], sign, sign[0] === "==" ? "!=" : "=="),
    ]);
    const negated = clauses.map((clause) => [
      `with \`${clause}\` negated`,
      found[1].replace(clause, `!(${clause})`),
    ]);
    const either = clauses.length > 1 ? [["with or", clauses.join(" || ")]] : [];
    return [...without, ...flipped, ...negated, ...either].map(([what, text]) =>
      mutant(rules, found, what, `return ${text};`),
    );
  });
}

function wildcards(rules) {
  return matches(rules, /\{(\w+)\}(?= \{)/g).map((found) =>
    mutant(rules, found, `${found[0]} down to any depth`, `{${found[1]}=**}`),
  );
}

const matches = (text, pattern) => [...text.matchAll(pattern)];

function mutant(rules, found, title, text) {
  const line = rules.slice(0, found.index).split("\n").length;
  return { title, line, rules: replaced(rules, found, text) };
}

function replaced(text, found, by) {
  return text.slice(0, found.index) + by + text.slice(found.index + found[0].length);
}
