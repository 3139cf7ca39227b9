/**
 * A failure as AWS puts it on the wire: 400 for what the caller did, 500 for a fault of the service.
 * (smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html, Operation error serialization)
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}
