// The page for when the site can't be reached: goes on by itself once there is a network again.
addEventListener('online', () => location.reload());
