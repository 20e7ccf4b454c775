// The words in English of files that go with a message, and of pictures one by one.

import { words as always } from '#words';

const plurals = new Intl.PluralRules('en');

export const words = {
  ...always,
  filesToSend: 'Files to go with the message',
  filesMost: /** @param {number} most */ most =>
    `A message has at most ${most.toLocaleString('en')} ${plurals.select(most) === 'one' ? 'file' : 'files'}.`,
  fileRefused: {
    empty: /** @param {number} _most */ _most => 'This file is empty.',
    large: /** @param {number} most */ most => (most ? `A file has at most ${most} MB.` : 'This site takes no files.'),
  },
  fileTooLarge: 'This file is too large.',
  fileGone: 'This file is not kept any more. Add it again.',
  filesFailed: 'Remove what could not be added, or try again; then send.',
  goesWithFiles: 'The message goes as soon as its files are up.',
  notUp: 'It did not arrive. Try again when you are back.',
  fileWaits: 'Waits for the others',
  fileGoes: /** @param {string} name */ name => `Uploading ${name}`,
  fileIsRead: 'Being looked at…',
  stopFile: /** @param {string} name */ name => `Stop ${name}`,
  removeFile: /** @param {string} name */ name => `Remove ${name}`,
  againFile: /** @param {string} name */ name => `Try ${name} again`,
  alt: 'Alt',
  describeFile: /** @param {string} name */ name => `Alt text of ${name}`,
  describe: 'What the picture shows, in words',
  describeHelp: 'For those who don’t see it.',
  dropHere: 'Drop files to add them to your message',
  pictureOf: /** @param {number} place @param {number} all */ (place, all) => `${place} of ${all}`,
  pictureBefore: 'Picture before',
  pictureAfter: 'Next picture',
  download: 'Download',
};
