using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Files;

/// <summary>What lines of logs mean that services of such stacks write when something is wrong, and what to do about it.</summary>
internal static class LogAdvice
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly (Regex Line, string Advice)[] Known =
    [
        Of(
            "Invalid HTTP_HOST header",
            "Add the name to Django's ALLOWED_HOSTS (or EXTERNAL_HOST, ALLOWED_HOSTS of Zulip), or ask by the right one."
        ),
        Of(
            "SSL error: decryption failed or bad record mac",
            "Processes share a database connection that was opened before uWSGI forked. Set CONN_MAX_AGE to 0, and restart the service."
        ),
        Of("Incorrect string value: '", "MySQL's utf8 has no such character. Use utf8mb4 for the database and its connection."),
        Of(
            "[Cc]ircuit breaker (is )?open",
            "Calls were failing and are not tried now. Mend what they go to, then reset the circuit breaker."
        ),
        Of(
            "MISCONF Redis",
            "Redis can't save and refuses writes. See its log: room on the disk, whose its folder is, vm.overcommit_memory."
        ),
        Of(
            "OOM command not allowed",
            "Redis has reached maxmemory. Raise it, or see what fills it; on a broker leave the policy at noeviction."
        ),
        Of("NOAUTH Authentication required", "Redis wants a password: put it into the client's address."),
        Of("WRONGPASS invalid", "Redis refused user or password."),
        Of(
            "LOADING Redis is loading",
            "Redis reads its data into memory and is there when that is done. Start its clients after it is ready."
        ),
        Of("max number of clients reached", "Redis has no connection left. See who holds them (CLIENT LIST), or raise maxclients."),
        Of(
            "Error 111 connecting to |Cannot connect to (redis|amqp)s?://",
            "Nothing listens at the broker's address. See that it runs; clients connect again by themselves when it does."
        ),
        Of(
            "sorry, too many clients already|remaining connection slots are reserved",
            "PostgreSQL has no connection left. See who holds them (pg_stat_activity), or raise max_connections."
        ),
        Of("the database system is starting up", "PostgreSQL is not ready yet. Start its clients after it is."),
        Of("No space left on device", "The disk is full, or has no inode left. Make room (df -h, df -i)."),
        Of("Address already in use", "Another process has this port or socket. Find it with ss -ltnp; often it is the old instance."),
        Of(
            "Received unregistered task of type",
            "A worker has other code than who queued the task. Restart the workers with the same version."
        ),
        Of(
            "WorkerLostError|Worker exited prematurely: signal 9",
            "A process of the pool was killed, mostly because memory ran out. See the kernel's log, and give it more or limit its memory."
        ),
        Of("Out of memory: Killed process", "The kernel killed a process because memory ran out."),
        Of(
            "Too many open files",
            "The process is at its limit of descriptors. Raise LimitNOFILE of its unit, or find out what it leaves open."
        ),
    ];

    /// <summary>Null: nothing is known of such a line.</summary>
    public static string? Of(string line)
    {
        // What is told stands at the beginning.
        var head = line.Length > 4096 ? line[..4096] : line;
        return Array.Find(Known, k => k.Line.IsMatch(head)).Advice;
    }

    private static (Regex, string) Of(string pattern, string advice) =>
        (new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Patience), advice);
}
