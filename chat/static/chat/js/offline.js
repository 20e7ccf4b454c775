// The page for when the site can't be reached: in the colours that one has chosen, it goes on by itself once there is a
// network again.
try {
  document.documentElement.dataset.theme = localStorage.getItem('theme') ?? '';
} catch {
  // a browser that keeps nothing
}
addEventListener('online', () => location.reload());
