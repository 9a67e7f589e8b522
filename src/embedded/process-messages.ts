import type { EmbeddedServerOptions } from './embedded-server.ts';

/** To the server's process. The first message starts it; keys travel here and never on a command line. */
export type ProcessRequest =
  | { readonly type: 'start'; readonly options: EmbeddedServerOptions }
  | { readonly type: 'stop' };

/** From the server's process. */
export type ProcessReply =
  | { readonly type: 'listening'; readonly baseUrl: string }
  | {
      readonly type: 'failed';
      /** The mistake was in what the server was asked to be, not in the machine. */
      readonly isUsage: boolean;
      readonly message: string;
      readonly where?: string;
      readonly hint?: string;
    };
