/** One element of a picture, written out. */
export type Shape = string;

const font = 'font-family="system-ui, sans-serif"';

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A picture on white, so that it reads on dark pages too. Sizes in pixels. */
export function picture(width: number, height: number, title: string, shapes: readonly Shape[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ${font} font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    label(12, 20, title, { weight: 'bold', size: 14 }),
    ...shapes,
    '</svg>\n',
  ].join('\n');
}

export interface LabelStyle {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly colour?: string;
  readonly weight?: 'bold' | 'normal';
  readonly size?: number;
}

export function label(x: number, y: number, text: string, style: LabelStyle = {}): Shape {
  const { anchor = 'start', colour = '#222', weight = 'normal', size = 12 } = style;
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="${colour}" font-weight="${weight}" font-size="${size}">${escapeXml(text)}</text>`;
}

export function box(x: number, y: number, width: number, height: number, colour: string): Shape {
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(Math.max(0, width))}" height="${at(height)}" fill="${colour}"/>`;
}

export function line(from: readonly [number, number], to: readonly [number, number], colour: string): Shape {
  return `<line x1="${at(from[0])}" y1="${at(from[1])}" x2="${at(to[0])}" y2="${at(to[1])}" stroke="${colour}"/>`;
}

export function path(
  points: readonly (readonly [number, number])[],
  colour: string,
  style: { readonly dashed: boolean; readonly width: number },
): Shape {
  const steps = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${at(x)} ${at(y)}`).join(' ');
  const dash = style.dashed ? ' stroke-dasharray="5 4"' : '';
  return `<path d="${steps}" fill="none" stroke="${colour}" stroke-width="${style.width}"${dash}/>`;
}

export function dot(x: number, y: number, colour: string): Shape {
  return `<circle cx="${at(x)}" cy="${at(y)}" r="3" fill="${colour}"/>`;
}

function at(pixels: number): string {
  return pixels.toFixed(1).replace(/\.0$/, '');
}
