# Read by cases of the cluster: munge, slurmctld and slurmd on the loopback, as root, all in the
# folder of the case; skipped where they are not.
PATH=$PATH:/usr/sbin:/sbin
skip() { echo "$1" >&2; exit 77; }
for program in munged slurmctld slurmd sbatch; do
    command -v $program >/dev/null || skip "no $program here (Debian: slurm-wlm, munge)"
done
[ "$(id -u)" = 0 ] || skip "the daemons of Slurm want root"

daemons=
trap 'kill $daemons; wait' EXIT
daemon() { "$@" >"$1.log" 2>&1 & daemons="$! $daemons"; }
start_slurm() {
    export SLURM_CONF=$PWD/slurm.conf
    head -c 1024 /dev/urandom >munge.key
    chmod 600 munge.key
    mkdir -p state spool
    # ports above those handed out at random, the same for as long as this shell lives
    port=$((61000 + $$ % 2000 * 2))
    cat >slurm.conf <<END
ClusterName=loopback
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$PWD/munge.socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$PWD/state
SlurmdSpoolDir=$PWD/spool
SlurmctldPidFile=$PWD/slurmctld.pid
SlurmdPidFile=$PWD/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
NodeName=localhost NodeAddr=127.0.0.1 CPUs=$(nproc)
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
    daemon munged --foreground --force --key-file="$PWD/munge.key" --socket="$PWD/munge.socket" \
        --pid-file="$PWD/munged.pid" --log-file="$PWD/munged.log" --seed-file="$PWD/munged.seed"
    daemon slurmctld -D -f slurm.conf
    daemon slurmd -D -f slurm.conf -N localhost
    for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ "$(sinfo -h -o %T 2>/dev/null)" != idle ] || return 0
        sleep 1
    done
    tail -n 5 munged.log slurmctld.log slurmd.log >&2
    skip "Slurm does not start here"
}
