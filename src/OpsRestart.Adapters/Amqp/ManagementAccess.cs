using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Amqp;

/// <summary>
/// Whether there is a management API. Unless it was told where (setting <c>management</c>), it is looked for at the broker's host, and done
/// without when it is not there. Once it has answered it is relied upon: from then on its silence is the broker's.
/// </summary>
internal sealed class ManagementAccess : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private readonly ManagementApi? _api;
    private readonly TimeProvider _time;
    private bool _relied;
    private long? _lookedAt;

    /// <param name="endpoint">The broker.</param>
    /// <param name="setting">A URL; <c>off</c> (or false); null: look for it.</param>
    /// <param name="time">The clock.</param>
    public ManagementAccess(AmqpEndpoint endpoint, string? setting, TimeProvider time)
    {
        _time = time;
        var off =
            setting is not null
            && (setting.Equals("off", StringComparison.OrdinalIgnoreCase) || setting.Equals("false", StringComparison.OrdinalIgnoreCase));
        _relied = setting is not null && !off;
        _api = off ? null : new ManagementApi(setting is null ? endpoint.DefaultManagement : Address(setting), endpoint);
        WhyNot = "management is off in this definition";
    }

    /// <summary>Why there is none, when there is none.</summary>
    public string WhyNot { get; private set; }

    /// <summary>Null: there is none, see <see cref="WhyNot"/>.</summary>
    public async Task<ManagementApi?> FindAsync(CancellationToken cancellationToken)
    {
        if (_api is null || _relied)
        {
            return _api;
        }

        if (_lookedAt is { } at && _time.GetElapsedTime(at) < LookAgain)
        {
            return null;
        }

        _lookedAt = _time.GetTimestamp();
        try
        {
            await _api.GetQueuesAsync(cancellationToken).ConfigureAwait(false);
            _relied = true;
            return _api;
        }
        catch (AmqpException e)
        {
            WhyNot = e.Message.TrimEnd('.');
            return null;
        }
    }

    public void Dispose() => _api?.Dispose();

    /// <summary>Null: the setting can be used.</summary>
    public static string? WhyInvalid(string? setting) =>
        setting is null
        || setting.Equals("off", StringComparison.OrdinalIgnoreCase)
        || setting.Equals("false", StringComparison.OrdinalIgnoreCase)
        || (Uri.TryCreate(setting, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0)
            ? null
            : "management is neither off nor an address such as http://host:15672 (its credentials are the broker's)";

    /// <summary>The setting <c>management</c>.</summary>
    public static string? Read(SettingReader settings)
    {
        var setting = settings.Text("management");
        if (WhyInvalid(setting) is not null)
        {
            settings.Fail(
                "management",
                "is neither off nor an address such as http://host:15672",
                "Its credentials are the broker's: they are not written here."
            );
        }

        return setting;
    }

    private static Uri Address(string setting) =>
        WhyInvalid(setting) is { } why
            ? throw new OpsRestartException(OpsError.InvalidArgument, $"The setting {why}.", SecretText.RedactAddress(setting))
            : new Uri(setting);
}
