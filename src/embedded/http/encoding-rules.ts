import type { Contract } from '../contract.ts';
import { badRequest, schemaError } from './refused.ts';

/**
 * How vectors are written, by what was asked for and what this server makes of it.
 *
 * @throws Refused for an encoding that a server with base64 does not know, and for base64 where it is refused
 */
export function replyEncoding(contract: Contract, asked: string): 'float' | 'base64' {
  if (contract.base64 === 'ignored') return 'float';
  if (asked !== 'float' && asked !== 'base64') {
    throw schemaError('literal_error', ['encoding_format'], "Input should be 'float' or 'base64'");
  }
  if (asked === 'base64' && contract.base64 === 'refused') {
    throw badRequest("encoding_format 'base64' is not supported");
  }
  return asked;
}
