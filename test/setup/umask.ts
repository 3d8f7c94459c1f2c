// What a test writes has the rights that it has for most users, whatever umask the suite is run with: others may read it, and find it.
process.umask(0o022);
