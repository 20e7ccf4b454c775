// Whoever stands at the door has left: files that were on their way are nobody's business any more.
indexedDB.deleteDatabase('tertulia-files');
