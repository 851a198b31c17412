#!/usr/bin/env bash
# Installs the Inferlab agent on this machine as a systemd service, or removes it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here

usage() {
  cat <<'TEXT'
Usage: install.sh --scheduler HOST:PORT [options]
       install.sh --uninstall [--purge]

  --scheduler HOST:PORT  the lab's endpoint for agents
  --name NAME            what people see; default: this machine's host name
  --labels K=V,K=V       facts to place jobs by
  --tls FOLDER           ca.pem, NAME.pem and NAME-key.pem from deploy/tls/make-certificates
  --agent FOLDER         the built agent; default: worker-agent/target/agent of this checkout
  --runtime FOLDER       a cache that `tools/fetch runtime` filled; default: $INFERLAB_CACHE, or ~/.cache/inferlab of you,
                         also under sudo
  --java FOLDER          a Java 25, not below /home or /root; default: $JAVA_HOME, else the one in PATH
  --no-start             install only
  --root FOLDER          install below FOLDER instead of / (for images); nothing is started
  --purge                with --uninstall: the settings, the cache and the target's identity go as well

Run it again with other options to change or update an installation: the target keeps its identity.
TEXT
}

die() { printf 'install.sh: %s\n' "$1" >&2; shift; printf '  %s\n' "$@" >&2; exit 1; }

# Who calls sudo has filled the cache at home; root has not.
home=$HOME
if [[ -n ${SUDO_USER:-} ]]; then home=$(getent passwd "$SUDO_USER" | cut -d: -f6); fi
scheduler='' name=$(hostname) labels='' tls='' root='' start=yes uninstall='' purge=''
agent="$here/../../worker-agent/target/agent" runtime="${INFERLAB_CACHE:-$home/.cache/inferlab}" java="${JAVA_HOME:-}"
while (($#)); do
  case $1 in
    --scheduler | --name | --labels | --tls | --agent | --runtime | --java | --root)
      (($# > 1)) || die "$1 needs a value." "See install.sh --help."
      printf -v "${1#--}" '%s' "$2"
      shift 2
      ;;
    --no-start) start=''; shift ;;
    --uninstall) uninstall=yes; shift ;;
    --purge) purge=yes; shift ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
readonly app="$root/opt/inferlab-agent" settings="$root/etc/inferlab" state="$root/var/lib/inferlab-agent"
readonly unit="$root/etc/systemd/system/inferlab-agent.service"

[[ -n $root || $(id -u) == 0 ]] || die "this needs root." "Run it with sudo, or with --root FOLDER to build an image."
on_this_system() { [[ -z $root && -d /run/systemd/system ]]; }

if [[ -n $uninstall ]]; then
  if on_this_system; then systemctl disable --now inferlab-agent.service 2>/dev/null || true; fi
  rm -rf "$app" "$unit" "$root"/etc/{sysusers,tmpfiles}.d/inferlab-agent.conf
  if [[ -n $purge ]]; then rm -rf "$settings" "$state"; fi
  if on_this_system; then systemctl daemon-reload; fi
  echo "The agent is removed.${purge:+ Its settings, cache and identity too.}"
  exit 0
fi

# --- checks, before anything is changed ------------------------------------------------------------------------------
[[ -n $scheduler ]] || { usage >&2; exit 2; }
[[ $scheduler =~ ^(\[[0-9a-fA-F:.]+\]|[^:/[:space:]]+):[0-9]{1,5}$ ]] || die "'$scheduler' is not HOST:PORT."
[[ $name =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$ ]] || die "'$name' is no good name: use letters, digits, '.', '_' and '-'."
[[ $labels =~ ^[A-Za-z0-9._/=,-]*$ ]] || die "'$labels' are no good labels: write key=value,key=value."
[[ -d $agent/lib ]] || die "no built agent in $agent." "Build it: mvn -pl worker-agent -am package -DskipTests; or name its folder with --agent."
compgen -G "$runtime/openvino/*/openvino/libs" >/dev/null \
  || die "no OpenVINO runtime in $runtime." "Bring it: tools/fetch runtime; or name its folder with --runtime."
if [[ -z $java ]]; then java=$(dirname "$(dirname "$(readlink -f "$(command -v java || echo /nowhere/bin/java)")")"); fi
[[ -x $java/bin/java ]] && "$java/bin/java" -version 2>&1 | grep -q 'version "2[5-9]' \
  || die "Java 25 or later is needed." "Install it (for example Temurin 25) and name its folder with --java."
java=$(readlink -f "$java")
[[ $java != /home/* && $java != /root/* ]] \
  || die "the service cannot see the Java in $java: /home and /root are hidden from it." "Install one for all users, and name its folder with --java."
if [[ -n $tls ]]; then
  for file in ca.pem "$name.pem" "$name-key.pem"; do
    [[ -r $tls/$file ]] || die "$tls/$file is missing." "Make it on the machine that keeps the lab's CA: make-certificates FOLDER SCHEDULER $name"
  done
fi

# --- install ---------------------------------------------------------------------------------------------------------
if [[ -z $root ]] && ! id inferlab >/dev/null 2>&1; then
  useradd --system --home-dir /var/lib/inferlab-agent --shell /usr/sbin/nologin inferlab
fi
if on_this_system; then systemctl stop inferlab-agent.service 2>/dev/null || true; fi

# Beside the old one and then in its place: a broken copy never starts.
rm -rf "$app.new"
mkdir -p "$app.new/cache" "$settings" "$(dirname "$unit")"
cp -R "$agent/." "$app.new/"
cp -R "$runtime/openvino" "$app.new/cache/openvino"
cp "$here/README.md" "$app.new/"
rm -rf "$app"
mv "$app.new" "$app"

umask 027
{
  echo "# Written by install.sh; change it and run: systemctl restart inferlab-agent. Every setting: bin/inferlab-agent --help"
  echo "JAVA_HOME=$java"
  echo "INFERLAB_CACHE=/opt/inferlab-agent/cache"
  echo "INFERLAB_AGENT_SCHEDULER=$scheduler"
  echo "INFERLAB_AGENT_NAME=$name"
  echo "INFERLAB_AGENT_LABELS=$labels"
  echo "INFERLAB_AGENT_STATE_FOLDER=/var/lib/inferlab-agent"
  if [[ -n $tls ]]; then
    echo "INFERLAB_AGENT_TLS_CA=/etc/inferlab/ca.pem"
    echo "INFERLAB_AGENT_TLS_CERT=/etc/inferlab/agent.pem"
    echo "INFERLAB_AGENT_TLS_KEY=/etc/inferlab/agent-key.pem"
  fi
} >"$settings/agent.env"
if [[ -n $tls ]]; then
  install -m 0644 "$tls/ca.pem" "$settings/ca.pem"
  install -m 0644 "$tls/$name.pem" "$settings/agent.pem"
  install -m 0640 "$tls/$name-key.pem" "$settings/agent-key.pem"
fi
# The service reads its key as a member of its group. An image gets user and group at its first start, so the group's files too.
if [[ -z $root ]]; then
  chgrp -R inferlab "$settings"
else
  mkdir -p "$root/etc/sysusers.d" "$root/etc/tmpfiles.d"
  echo 'u inferlab - "Inferlab agent" /var/lib/inferlab-agent' >"$root/etc/sysusers.d/inferlab-agent.conf"
  echo 'Z /etc/inferlab - root inferlab' >"$root/etc/tmpfiles.d/inferlab-agent.conf"
  chmod 0644 "$root"/etc/{sysusers,tmpfiles}.d/inferlab-agent.conf
fi

groups=''
for group in render video; do
  if getent group "$group" >/dev/null; then groups+="${groups:+ }$group"; fi
done
sed "s/^SupplementaryGroups=.*/SupplementaryGroups=$groups/" "$here/inferlab-agent.service" >"$unit"
chmod 0644 "$unit"

if ! on_this_system; then
  echo "Installed below ${root:-/}. Start it with: systemctl enable --now inferlab-agent"
elif [[ -n $start ]]; then
  systemctl daemon-reload
  systemctl enable inferlab-agent.service
  systemctl restart inferlab-agent.service
  echo "The agent '$name' runs and connects to $scheduler. Look after it with: journalctl -fu inferlab-agent"
else
  systemctl daemon-reload
  echo "Installed. Start it with: systemctl enable --now inferlab-agent"
fi
