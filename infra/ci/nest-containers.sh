#!/bin/sh
# Lets a Docker engine run inside of the (privileged) container of a job. With cgroups v2 a group that has processes itself cannot hand
# controllers on to groups below it, so they move into one of their own.
set -eu
groups=/sys/fs/cgroup
[ -f $groups/cgroup.controllers ] || exit 0
mkdir -p $groups/job
while read -r process; do
  # Some have ended since they were listed.
  echo "$process" > $groups/job/cgroup.procs || true
done < $groups/cgroup.procs
sed -e 's/ / +/g' -e 's/^/+/' $groups/cgroup.controllers > $groups/cgroup.subtree_control
