using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Probes;

/// <summary>What a reply says about the server's health. The reason is the server's own word.</summary>
internal static class RedisVerdict
{
    public static ProbeVerdict Of(RedisError error, string peer)
    {
        var said = ForeignText.OneLine(error.Message).TrimEnd('.');
        return error.Code switch
        {
            "LOADING" => ProbeVerdict.Starting(
                "LOADING",
                $"{peer} is loading its data into memory. It is asked again until the time is over."
            ),
            "NOAUTH" => ProbeVerdict.Unhealthy(
                "NOAUTH",
                $"{peer} is up, but wants a password. Put it into the address (redis://:${{env:REDIS_PASSWORD}}@host) or the setting "
                    + "password."
            ),
            "WRONGPASS" => ProbeVerdict.Unhealthy(
                "WRONGPASS",
                $"{peer} is up, but refused the user name or password. Check both, and that the ACL user is on."
            ),
            "NOPERM" => ProbeVerdict.Unhealthy(
                "NOPERM",
                $"{peer} is up, but the user may not do this ({said}). Give the ACL user +ping, +select and +info."
            ),
            "MASTERDOWN" => ProbeVerdict.Unhealthy(
                "MASTERDOWN",
                $"{peer} is a replica without its master and refuses stale answers. Check the master and the link (INFO replication)."
            ),
            "MISCONF" => ProbeVerdict.Unhealthy(
                "MISCONF",
                $"{peer} can't save to disk and refuses writes. Check disk space, permissions and its log; then BGSAVE."
            ),
            "BUSY" => ProbeVerdict.Unhealthy("BUSY", $"{peer} is held up by a script. See SCRIPT KILL."),
            "DENIED" => ProbeVerdict.Unhealthy(
                "DENIED",
                $"{peer} is in protected mode: it has no password and takes only local clients. Set requirepass or bind."
            ),

            // Before 6.0 there was no word of its own for a wrong password.
            "ERR" when error.Message.Contains("invalid password", StringComparison.OrdinalIgnoreCase) => ProbeVerdict.Unhealthy(
                "WRONGPASS",
                $"{peer} is up, but refused the password. Check it."
            ),
            "ERR" when error.Message.Contains("max number of clients", StringComparison.OrdinalIgnoreCase) => ProbeVerdict.Unhealthy(
                "MaxClients",
                $"{peer} is up, but all its client connections are taken. Find who holds them (CLIENT LIST), or raise maxclients."
            ),
            "ERR" when error.Message.Contains("DB index", StringComparison.OrdinalIgnoreCase) => ProbeVerdict.Unhealthy(
                "DatabaseNotFound",
                $"{peer} has no such database ({said}). Check the number in the address, and the server's databases setting."
            ),
            _ => ProbeVerdict.Unhealthy(error.Code, $"{peer} answered with an error ({said}). See its log."),
        };
    }

    public static ProbeVerdict Of(RedisInfo info, RedisDemands asked, string peer)
    {
        var replica = info["role"] == "slave";
        if (asked.Role == ServerRole.Primary && replica)
        {
            return ProbeVerdict.Unhealthy(
                "Replica",
                $"{peer} is a replica of {info["master_host"]}:{info["master_port"]}, not the primary. Use the primary's address."
            );
        }

        if (asked.Role == ServerRole.Replica && !replica)
        {
            return ProbeVerdict.Unhealthy("Primary", $"{peer} is a primary, not a replica. Check its replicaof setting.");
        }

        if (replica && asked.Role == ServerRole.Replica && info["master_link_status"] != "up")
        {
            return ProbeVerdict.Starting(
                "MasterLinkDown",
                $"{peer} has no link to its master {info["master_host"]}:{info["master_port"]} yet. Check the master and the network."
            );
        }

        if (info.OnlineReplicas < asked.MinReplicas)
        {
            return ProbeVerdict.Unhealthy(
                "TooFewReplicas",
                $"{peer} has {info.OnlineReplicas} replicas online, fewer than {asked.MinReplicas}. Check the replicas."
            );
        }

        var policy = info["maxmemory_policy"];
        return asked.WarnEviction && info["maxmemory"] != "0" && policy.StartsWith("allkeys-", StringComparison.Ordinal)
            ? ProbeVerdict.Degraded(
                "Evicting",
                $"{peer} answers PONG, but its maxmemory-policy is {policy}: when memory is full it drops keys, and with them waiting "
                    + "tasks. Set maxmemory-policy noeviction on a broker."
            )
            : ProbeVerdict.Healthy("PONG", $"{peer} answers PONG ({(replica ? "replica" : "primary")}).");
    }
}

/// <summary>What is asked of a server beyond its PONG.</summary>
/// <param name="Role">A replica must be in step with its master.</param>
/// <param name="MinReplicas">Replicas that must be online.</param>
/// <param name="WarnEviction">Degraded when maxmemory-policy may evict any key, which loses tasks on a broker.</param>
internal readonly record struct RedisDemands(ServerRole Role, int MinReplicas, bool WarnEviction);
