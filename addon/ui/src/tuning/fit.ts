export interface Size {
  width: number;
  height: number;
}

/** Where something is within a frame, in CSS pixels. */
export interface Place extends Size {
  x: number;
  y: number;
}

/** Where a picture is within the frame that it fits into as a whole (`object-fit: contain`). */
export function contained(frame: Size, picture: Size): Place {
  if (picture.width <= 0 || picture.height <= 0) return { x: 0, y: 0, ...frame };
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { x: (frame.width - width) / 2, y: (frame.height - height) / 2, width, height };
}
