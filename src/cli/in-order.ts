/**
 * Works on several inputs at a time and yields the results in the order of the inputs, each as soon as it and those before
 * it are there: an input that is long in coming holds no result back.
 * @param width the most inputs that are under way or wait to be taken
 * @throws what the inputs or the work throw
 */
export async function* inOrder<Input, Result>(
  inputs: AsyncIterable<Input>,
  work: (input: Input) => Promise<Result>,
  width: number,
): AsyncGenerator<Result, void, void> {
  const iterator = inputs[Symbol.asyncIterator]();
  const underWay: Promise<Result>[] = [];
  let coming: Promise<IteratorResult<Input>> | null = iterator.next();
  while (coming !== null || underWay.length > 0) {
    const event = await sooner(underWay.length < width ? coming : null, underWay[0] ?? null);
    if (event.type === 'result') {
      underWay.shift();
      yield event.result;
    } else if (event.next.done === true) {
      coming = null;
    } else {
      const result = work(event.next.value);
      result.catch(() => {}); // thrown when its turn comes
      underWay.push(result);
      coming = iterator.next();
      coming.catch(() => {}); // thrown when there is room for it
    }
  }
}

type Event<Input, Result> =
  | { readonly type: 'input'; readonly next: IteratorResult<Input> }
  | { readonly type: 'result'; readonly result: Result };

function sooner<Input, Result>(
  coming: Promise<IteratorResult<Input>> | null,
  first: Promise<Result> | null,
): Promise<Event<Input, Result>> {
  const events: Promise<Event<Input, Result>>[] = [];
  if (first !== null) events.push(first.then((result) => ({ type: 'result', result })));
  if (coming !== null) events.push(coming.then((next) => ({ type: 'input', next })));
  return Promise.race(events);
}
