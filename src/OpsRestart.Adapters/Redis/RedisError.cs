namespace OpsRestart.Adapters.Redis;

/// <summary>An error reply. It is a value: many callers expect some (LOADING, NOAUTH) and judge them.</summary>
/// <param name="Code">The first word: ERR, LOADING, NOAUTH, WRONGPASS, NOPERM, MASTERDOWN, MISCONF, READONLY, NOSCRIPT, WRONGTYPE,
/// EXECABORT …</param>
/// <param name="Message">The whole line as the server sent it.</param>
internal sealed record RedisError(string Code, string Message)
{
    public static RedisError Parse(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var code = ForeignText.Word(space < 0 ? line : line[..space], "ERR");
        return new RedisError(code, ForeignText.OneLine(line, 500));
    }

    public OpsError Kind =>
        Code switch
        {
            "NOAUTH" or "WRONGPASS" => OpsError.AuthenticationFailed,

            // Servers before 6.0 answer a wrong password, and AUTH where none is set, with a plain ERR.
            "ERR"
                when Message.Contains("invalid password", StringComparison.OrdinalIgnoreCase)
                    || Message.Contains("AUTH", StringComparison.Ordinal) => OpsError.AuthenticationFailed,
            "NOPERM" => OpsError.AccessDenied,
            "LOADING" or "MASTERDOWN" or "BUSY" or "CLUSTERDOWN" or "TRYAGAIN" => OpsError.ConnectionFailed,
            _ => OpsError.ProtocolError,
        };

    public string Advice =>
        Code switch
        {
            "NOAUTH" => "Give a password: redis://:${env:REDIS_PASSWORD}@host, or redis://user:… with an ACL user.",
            "WRONGPASS" => "Check the user name and password of the Redis address.",
            "NOPERM" => "Give the ACL user this command (ACL SETUSER … +command), or use another user.",
            "LOADING" => "Redis is loading its data. Try again when it has finished.",
            "MASTERDOWN" => "This replica has lost its master. Use the master's address.",
            "MISCONF" => "Redis refuses writes because it can't save to disk: see its log and disk space.",
            "READONLY" => "This is a replica. Use the master's address.",
            _ => "See the Redis server's log.",
        };
}
