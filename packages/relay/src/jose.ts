/** The part of jose that is used. */
import type { CryptoKey, JWK, KeyObject } from "jose";

export { errors, jwtVerify, SignJWT } from "jose";

/** A key as jose takes it. */
export type KeyInput = CryptoKey | KeyObject | JWK | Uint8Array;
