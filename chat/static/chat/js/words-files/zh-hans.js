// The words in Simplified Chinese of files that go with a message, and of pictures one by one. Same keys as en.js.

import { words as always } from '#words';

/** @type {typeof import('./en.js').words} */
export const words = {
  ...always,
  filesToSend: '随消息发送的文件',
  filesMost: most => `一条消息最多 ${most.toLocaleString('zh-Hans')} 个文件。`,
  fileRefused: {
    empty: _most => '这个文件是空的。',
    large: most => (most ? `文件最大 ${most} MB。` : '本站不接收文件。'),
  },
  fileTooLarge: '这个文件太大。',
  fileGone: '这个文件已不再保留，请重新添加。',
  filesFailed: '请移除未能添加的文件或重试，然后发送。',
  goesWithFiles: '文件上传完成后，消息会立即发送。',
  notUp: '未能上传。恢复连接后请重试。',
  fileWaits: '等待其他文件',
  fileGoes: name => `正在上传 ${name}`,
  fileIsRead: '正在检查…',
  stopFile: name => `停止上传 ${name}`,
  removeFile: name => `移除 ${name}`,
  againFile: name => `重新上传 ${name}`,
  alt: '描述',
  describeFile: name => `描述 ${name}`,
  describe: '用文字说明图片内容',
  describeHelp: '给看不到图片的人。',
  dropHere: '松开即可把文件添加到消息中',
  pictureOf: (place, all) => `${place} / ${all}`,
  pictureBefore: '上一张图片',
  pictureAfter: '下一张图片',
  download: '下载',
};
