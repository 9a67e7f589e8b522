import { connect, type Socket } from 'node:net';
import type { Outcome } from '../../core/outcome.ts';
import type { BodySink, Exchange, TransportOptions } from '../transport.ts';
import { errorMessage, redact } from './error-message.ts';
import { connectionFailure, outcomeOfStatus } from './failure.ts';
import { HttpSyntaxError, type ResponseHead } from './http-head.ts';
import { ResponseReader } from './http-response.ts';

/** Most of a failed answer's body that is kept for its message. */
const ERROR_BODY_BYTES = 65_536;

/** What a connection needs from the transport it belongs to. */
export interface ConnectionHost {
  readonly options: TransportOptions;
  readonly url: URL;
  readonly secrets: readonly string[];
  /** Where the kernel puts what arrives; one for all connections, since each chunk is consumed at once. */
  readonly receiveBuffer: Buffer;
  /** The answer is complete and the connection may carry another request. */
  onFree(connection: WireConnection): void;
  /** The connection is gone. */
  onGone(connection: WireConnection): void;
}

/** The exchange that a connection is busy with. */
interface Call {
  readonly sink: BodySink;
  readonly done: (exchange: Exchange) => void;
  readonly timer: NodeJS.Timeout;
  readonly sentMs: number;
  head: ResponseHead | undefined;
  headersMs: number;
  bodyBytes: number;
  /** Parts of a failed answer's body; undefined while the body goes to the sink. */
  errorBody: Buffer[] | undefined;
}

/** One keep-alive connection; carries one exchange at a time. */
export class WireConnection {
  /** Resolves when the connection stands or has failed. */
  readonly opened: Promise<void>;
  /** Clock reading when the last exchange ended. */
  idleSinceMs: number;

  readonly #host: ConnectionHost;
  readonly #socket: Socket;
  readonly #reader: ResponseReader;
  #call: Call | undefined;
  #connected = false;
  #gone = false;

  constructor(host: ConnectionHost) {
    this.#host = host;
    this.idleSinceMs = host.options.clock.nowMs();
    this.#reader = new ResponseReader({
      onHead: (head) => this.#onHead(this.#call!, head),
      onBody: (part) => this.#onBody(this.#call!, part),
      onEnd: () => this.#onEnd(this.#call!),
    });
    this.#socket = dial(host, (chunk) => this.#onData(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('end', () => this.#onEndOfStream());
    this.opened = new Promise((resolve) => {
      this.#socket.once('connect', () => {
        this.#connected = true;
        resolve();
      });
      this.#socket.once('close', () => {
        this.abort('reset', 'the connection was closed before the answer was complete');
        resolve();
      });
    });
  }

  send(bytes: Uint8Array, sink: BodySink, done: (exchange: Exchange) => void): void {
    const { clock, timeoutMs } = this.#host.options;
    const timer = setTimeout(
      () => this.abort('timeout', `no complete answer within ${timeoutMs} ms`),
      timeoutMs,
    );
    this.#call = {
      sink,
      done,
      timer,
      sentMs: clock.nowMs(),
      head: undefined,
      headersMs: Number.NaN,
      bodyBytes: 0,
      errorBody: undefined,
    };
    this.#socket.write(bytes);
  }

  /** Ends the exchange, if one is under way, and the connection with it. */
  abort(outcome: Outcome, message: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#host.onGone(this);
    this.#socket.destroy();
    if (this.#call !== undefined) this.#finish(this.#call, outcome, Number.NaN, message);
  }

  #onData(chunk: Buffer): void {
    if (this.#call === undefined) {
      this.abort('cancelled', 'the server sent bytes that nobody asked for');
      return;
    }
    try {
      this.#reader.feed(chunk);
    } catch (error) {
      if (!(error instanceof HttpSyntaxError)) throw error;
      this.abort('malformed', `not an HTTP answer: ${error.message}`);
    }
  }

  #onHead(call: Call, head: ResponseHead): void {
    call.headersMs = this.#host.options.clock.nowMs();
    call.head = head;
    if (head.status === 200) call.sink.begin(head.contentLength);
    else call.errorBody = [];
  }

  #onBody(call: Call, part: Buffer): void {
    call.bodyBytes += part.length;
    if (call.errorBody === undefined) call.sink.push(part);
    else if (call.bodyBytes <= ERROR_BODY_BYTES) call.errorBody.push(Buffer.from(part));
  }

  #onEnd(call: Call): void {
    const lastByteMs = this.#host.options.clock.nowMs();
    const { status, keepAlive } = call.head!;
    this.idleSinceMs = lastByteMs;
    if (keepAlive) this.#host.onFree(this);
    if (call.errorBody === undefined) this.#finish(call, 'ok', lastByteMs);
    else {
      const said = Buffer.concat(call.errorBody).toString('utf8');
      const message = errorMessage(status, said, this.#host.secrets);
      this.#finish(call, outcomeOfStatus(status), lastByteMs, message);
    }
    if (!keepAlive) this.abort('cancelled', 'the connection was closed after its answer');
  }

  #onEndOfStream(): void {
    if (this.#gone) return;
    const ending = this.#reader.endOfStream();
    if (ending === 'truncated') this.abort('truncated', 'the body ended before its announced length');
    else this.abort('reset', 'the connection was closed before an answer');
  }

  #fail(error: Error): void {
    const progress = !this.#connected ? 'connecting' : this.#call?.head === undefined ? 'waiting' : 'body';
    const failure = connectionFailure(error, progress);
    this.abort(failure.kind, failure.message);
  }

  #finish(call: Call, outcome: Outcome, lastByteMs: number, message?: string): void {
    this.#call = undefined;
    clearTimeout(call.timer);
    const status = call.head === undefined ? {} : { status: call.head.status };
    const said = message === undefined ? {} : { message: redact(message, this.#host.secrets) };
    const { sentMs, headersMs, bodyBytes } = call;
    call.done({ outcome, ...status, ...said, sentMs, headersMs, lastByteMs, bodyBytes });
  }
}

function dial({ url, receiveBuffer }: ConnectionHost, onData: (chunk: Buffer) => void): Socket {
  return connect({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    noDelay: true,
    onread: {
      buffer: receiveBuffer,
      callback: (length) => {
        onData(receiveBuffer.subarray(0, length));
        return true;
      },
    },
  });
}
