/**
 * Members of enums that the server has and this version does not: they are kept as they came, and told once.
 *
 * 1. Each unknown member of an enum is told once per client, however often and wherever it occurs.
 * 2. Looking for them touches the enum fields alone: where these are is read from the schema, once.
 */
import * as Effect from "effect/Effect";
import type * as SchemaAST from "effect/SchemaAST";
import { resolveAt } from "effect/SchemaAST";
import type * as Endpoint from "../contract/Endpoint.ts";
import { isolated } from "./isolated.ts";

export interface UnknownMember {
  /** The client method whose answer had it, e.g. `evaluations.retrieve`. */
  readonly endpoint: string;
  /** Where in the answer, with `[]` for any index and `{}` for any key, e.g. `items[].task.status`. */
  readonly path: string;
  readonly member: string;
  /** The members this version knows. */
  readonly known: ReadonlyArray<string>;
}

const knownMembersOf = resolveAt<ReadonlyArray<string>>("knownMembers");

/** What a schema says about enums at one place of a value and below it. Variants of a union are laid over each other. */
class Place {
  readonly known = new Set<string>();
  hasEnum = false;
  /** Some variant allows any string here, so that no string is unknown. */
  isOpen = false;
  readonly fields = new Map<string, Place>();
  items: Place | undefined;
  values: Place | undefined;

  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }

  /** Lays what `ast` says over this place. A schema that contains itself is followed to its second round and no further. */
  add(ast: SchemaAST.AST, within: ReadonlyArray<SchemaAST.AST> = []): void {
    const members = knownMembersOf(ast);
    if (members !== undefined) {
      this.hasEnum = true;
      for (const member of members) this.known.add(member);
      return;
    }
    switch (ast._tag) {
      case "String":
        this.isOpen = true;
        return;
      case "Literal":
        this.known.add(String(ast.literal));
        return;
      case "Union":
        for (const type of ast.types) this.add(type, within);
        return;
      case "Suspend":
        if (!within.includes(ast)) this.add(ast.thunk(), [...within, ast]);
        return;
      case "Arrays":
        for (const type of [...ast.elements, ...ast.rest]) {
          this.items ??= new Place(`${this.path}[]`);
          this.items.add(type, within);
        }
        return;
      case "Objects":
        for (const property of ast.propertySignatures) {
          const name = String(property.name);
          const place = this.fields.get(name) ?? new Place(this.path === "" ? name : `${this.path}.${name}`);
          this.fields.set(name, place);
          place.add(property.type, within);
        }
        for (const signature of ast.indexSignatures) {
          this.values ??= new Place(`${this.path}{}`);
          this.values.add(signature.type, within);
        }
        return;
      default:
        return;
    }
  }

  /** Drops what has no enum in it; `false` when that is all. */
  prune(): boolean {
    for (const [name, place] of this.fields) if (!place.prune()) this.fields.delete(name);
    if (this.items?.prune() === false) this.items = undefined;
    if (this.values?.prune() === false) this.values = undefined;
    return (
      (this.hasEnum && !this.isOpen) || this.fields.size > 0 || this.items !== undefined || this.values !== undefined
    );
  }

  visit(value: unknown, found: (place: Place, member: string) => void): void {
    if (typeof value === "string") {
      if (this.hasEnum && !this.isOpen && !this.known.has(value)) found(this, value);
    } else if (Array.isArray(value)) {
      if (this.items !== undefined) for (const item of value) this.items.visit(item, found);
    } else if (typeof value === "object" && value !== null) {
      const record = value as Readonly<Record<string, unknown>>;
      for (const [name, place] of this.fields) {
        const field = record[name];
        if (field !== undefined && field !== null) place.visit(field, found);
      }
      if (this.values !== undefined) for (const each of Object.values(record)) this.values.visit(each, found);
    }
  }
}

const places = new WeakMap<Endpoint.Any, Place>();
const placeOf = (endpoint: Endpoint.Any): Place => {
  let place = places.get(endpoint);
  if (place === undefined) {
    place = new Place("");
    place.add(endpoint.success.ast);
    place.prune();
    places.set(endpoint, place);
  }
  return place;
};

// A server that sends ever new members must not fill the memory of a client that runs for months.
const mostRemembered = 1_000;

/** Tells `report` of unknown members in the answers it is shown, each once. */
export const make = (report: (unknown: UnknownMember) => void) => {
  const told = new Set<string>();
  return (endpoint: Endpoint.Any, value: unknown): Effect.Effect<void> => {
    const found: Array<UnknownMember> = [];
    placeOf(endpoint).visit(value, (place, member) => {
      const known = [...place.known];
      const key = JSON.stringify([known, member]);
      if (told.has(key) || told.size >= mostRemembered) return;
      told.add(key);
      found.push({ endpoint: endpoint.name, path: place.path, member, known });
    });
    return Effect.forEach(found, (unknown) => isolated("onUnknown", () => report(unknown)), { discard: true });
  };
};
