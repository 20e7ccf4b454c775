// The words of the browser modules in Simplified Chinese. Same keys as en.js.

/** @param {number} count @param {string} measure */
const counted = (count, measure) => `${count.toLocaleString('zh-Hans')} ${measure}`;

/** @param {string[]} names */
const listed = names => new Intl.ListFormat('zh-Hans', { type: 'conjunction' }).format(names);

/** @type {typeof import('./en.js').words} */
export const words = {
  events: {
    joined: (by, event) => `${listed(event.users?.map(user => user.name) ?? [by])} 加入了房间`,
    added: (by, event) => `${by} 邀请了 ${event.user?.name}`,
    renamed: (by, event) => `${by} 将房间改名为“${event.name}”`,
    topic: (by, event) => `${by} 设置了话题：${event.topic}`,
    topic_removed: by => `${by} 移除了话题`,
    pinned: by => `${by} 置顶了一条消息`,
    made_owner: (by, event) => `${by} 将 ${event.user?.name} 设为房主`,
    made_moderator: (by, event) => `${by} 将 ${event.user?.name} 设为管理员`,
    made_member: (by, event) => `${by} 将 ${event.user?.name} 设为普通成员`,
    handed_over: (by, event) => `${by} 将房间移交给了 ${event.user?.name}`,
    made_public: by => `${by} 将房间设为公开`,
    made_private: by => `${by} 将房间设为私密`,
  },
  newSince: time => (time ? `${time} 之后的新消息` : '新消息'),
  edited: '（已编辑）',
  removedByModerator: '已被管理员移除',
  removedByAuthor: '消息已删除',
  viewRemoved: '以管理员身份查看',
  goneAccount: '已注销的账号',
  ignoredText: '来自你屏蔽的人',
  show: '查看',
  sending: '正在发送…',
  offlineSend: '恢复连接后发送',
  notSent: '未发送',
  goesIn: seconds => `${counted(seconds, '秒')}后发送`,
  tryAgain: '重试',
  edit: '编辑',
  discard: '放弃',
  reply: '回复',
  more: '更多',
  react: '添加回应',
  you: '你',
  reacted: (names, count, emoji) => {
    const others = count - names.length;
    return `${listed(others > 0 ? [...names, `另外 ${others} 人`] : names)}：${emoji}`;
  },
  pinned: '已置顶',
  copyCode: '复制代码',
  actions: '消息操作',
  earlier: '更早的一条消息',
  deletedQuote: '已删除的消息',
  roleOf: { owner: '房主', moderator: '管理员', member: '成员' },
  bot: '机器人',
  replyingTo: '正在回复',
  stopReplying: '取消回复',
  newMessages: count => counted(count, '条新消息'),
  toNewest: '回到最新',
  isTyping: names => (names.length > 3 ? '好几个人正在输入' : `${listed(names)}正在输入`),
  says: (name, text) => `${name}：${text}`,
  saysMany: count => counted(count, '条新消息'),
  reconnecting: '正在重新连接…',
  offline: '你已离线。',
  kept: '你写的内容会保存在这里，恢复连接后发送。',
  tryNow: '立即重试',
  caughtUp: counts => {
    if (counts.reset) return '已同步：离开期间消息很多，只显示最新的部分。';
    const parts = [];
    if (counts.posted) parts.push(counted(counts.posted, '条消息'));
    if (counts.edited) parts.push(counted(counts.edited, '处编辑'));
    if (counts.removed) parts.push(counted(counts.removed, '条被移除'));
    return `已同步：${parts.length ? parts.join('，') : '没有新内容'}`;
  },
  stopped: '连接已关闭。请重新加载页面。',
  reload: '重新加载',
  dismiss: '知道了',
  lockedForOthers: (reason, until) =>
    `已锁定${reason ? `：${reason}` : ''}${until ? `（到 ${until}）` : ''}。只有管理员可以发言。`,
  slowNow: seconds =>
    seconds % 60 ? `慢速模式：每 ${seconds} 秒一条消息` : `慢速模式：每 ${seconds / 60} 分钟一条消息`,
  notFetched: '没能取到这一部分。请再试一次，或重新加载页面。',
  unreachable: '未连接。恢复连接后请再试。',
  invisible: '隐身',
  quietUntil: /** @param {string} time */ time => `${time} 前勿扰`,
  unread: '未读',
  present: { on: '在线', away: '离开' },
  muted: '已静音',
  mentions: count => counted(count, '次提及'),
  messages: count => counted(count, '条消息'),
  start: room => `这里是 ${room} 的开头。`,
  startEmpty: '还没有人说话，打个招呼吧。',
  quiet: '还没有人说话。',
  loading: '正在加载…',
  reminder: '提醒',
  tooLong: over => `超出 ${counted(over, '个字符')}`,
};
