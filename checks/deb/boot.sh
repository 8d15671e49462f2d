# Starts systemd as process 1 of new namespaces, on a private copy of this machine's root: changes go to the folder $1.
# checks/deb/machine.ts runs it. No configuration of this machine applies, except for its installed packages.
set -e
mount --make-rprivate /
mkdir "$1/changes" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/changes,workdir=$1/work" "$1/root"
cd "$1/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
for folder in run tmp dev var/lib/systemd; do mount -t tmpfs -o mode=0755 tmpfs $folder; done
chmod 1777 tmp
for device in null zero full random urandom tty; do
  touch dev/$device
  mount --bind /dev/$device dev/$device
done
mkdir dev/shm dev/pts
mount -t tmpfs tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
: > etc/fstab
# Some containers forbid packages to start services.
rm -f usr/sbin/policy-rc.d
pivot_root . mnt
umount -l /mnt
exec env -i container=lading PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb /lib/systemd/systemd --unit=basic.target --show-status=no
