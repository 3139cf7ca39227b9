/** The store cannot be opened or reached. `retryable` tells a database that is down from one that will never let us in. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly code: 'store-unreachable' | 'store-refused' | 'data-directory-in-use' | 'data-directory-unusable';
  readonly retryable: boolean;

  constructor(code: StoreUnavailable['code'], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.retryable = code === 'store-unreachable';
  }
}
