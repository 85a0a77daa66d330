namespace OpsRestart.Adapters.Supervisor;

/// <summary>Where one supervisord listens: a Unix socket, or http with user and password.</summary>
internal sealed record SupervisorAddress
{
    private const string UnixScheme = "unix://";

    public string? Socket { get; private init; }

    public Uri? Http { get; private init; }

    public string? User { get; private init; }

    public string? Password { get; private init; }

    /// <summary>Whether its programs are processes of this machine.</summary>
    public bool IsLocal => Socket is not null || Http!.IsLoopback;

    /// <summary>The address without user and password, as supervisord itself writes it.</summary>
    public override string ToString() => Socket is not null ? UnixScheme + Socket : Http!.GetLeftPart(UriPartial.Authority);

    /// <summary>The address that was given; without one, what this machine's supervisord is configured to listen at.</summary>
    /// <param name="given"><c>unix:///run/supervisor.sock</c>, <c>/run/supervisor.sock</c>, <c>http://user:password@host:9001</c>, or
    /// null.</param>
    /// <exception cref="SupervisorException">InvalidArgument: it is no address; ManagerUnavailable: no configuration names one.</exception>
    public static SupervisorAddress Find(string? given) => Find(given, SupervisorConfiguration.DefaultFiles);

    internal static SupervisorAddress Find(string? given, IEnumerable<string> configurations)
    {
        if (!string.IsNullOrEmpty(given))
        {
            return Parse(given, null, null);
        }

        foreach (var file in configurations.Where(File.Exists))
        {
            var settings = Read(file);
            if (settings.Value("supervisorctl", "serverurl") is { } address)
            {
                return Parse(address, settings.Value("supervisorctl", "username"), settings.Value("supervisorctl", "password"));
            }

            if (settings.Value("unix_http_server", "file") is { } socket)
            {
                return Parse(socket, settings.Value("unix_http_server", "username"), settings.Value("unix_http_server", "password"));
            }
        }

        throw new SupervisorException(
            OpsError.ManagerUnavailable,
            "No supervisord is configured on this machine: neither "
                + string.Join(" nor ", SupervisorConfiguration.DefaultFiles)
                + " names a [unix_http_server] or a [supervisorctl] serverurl.",
            advice: "Name its socket: unix:///run/supervisor.sock, or http://host:9001."
        );
    }

    /// <summary>Looks at an address without this machine's secrets; one that is a secret as a whole can't be looked at.</summary>
    /// <exception cref="SupervisorException">InvalidArgument: it is no address.</exception>
    public static void Check(string? given)
    {
        if (!string.IsNullOrEmpty(given) && !Secrets.IsReference(given))
        {
            Parse(Secrets.WithStandIns(given), null, null);
        }
    }

    private static SupervisorAddress Parse(string text, string? user, string? password)
    {
        var address = Secrets.Resolve(text);
        if (address.StartsWith(UnixScheme, StringComparison.Ordinal) || address.StartsWith('/'))
        {
            var path = address.StartsWith('/') ? address : address[UnixScheme.Length..];
            return path.StartsWith('/')
                ? new SupervisorAddress
                {
                    Socket = path,
                    User = user,
                    Password = password,
                }
                : throw NoAddress(text);
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw NoAddress(text);
        }

        var login = uri.UserInfo.Split(':', 2);
        return new SupervisorAddress
        {
            Http = new UriBuilder(uri) { UserName = "", Password = "" }.Uri,
            User = login[0].Length > 0 ? Uri.UnescapeDataString(login[0]) : user,
            Password = login.Length > 1 ? Uri.UnescapeDataString(login[1]) : password,
        };
    }

    private static SupervisorException NoAddress(string text) =>
        new(
            OpsError.InvalidArgument,
            $"'{SecretText.RedactAddress(text)}' is no address of a supervisord.",
            advice: "Write unix:///run/supervisor.sock, or http://host:9001."
        );

    private static SupervisorConfiguration Read(string file)
    {
        try
        {
            return SupervisorConfiguration.ReadMain(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SupervisorException(
                OpsError.AccessDenied,
                string.Create(CultureInfo.InvariantCulture, $"supervisord's configuration {file} can't be read: {e.Message}"),
                file,
                "Run as root, or name supervisord's socket.",
                inner: e
            );
        }
    }
}
