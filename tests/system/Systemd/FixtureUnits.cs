using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Systemd;

/// <summary>
/// The unit fixtures of tests/stacks/units, put in place once: as files of this boot, so that a test host is the only thing that ever has
/// them.
/// </summary>
internal static class FixtureUnits
{
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    public static Task EnsureAsync() => Installed.Value;

    private static Task<string> InstallAsync() =>
        Shell.BashAsync(
            $"""
            from={TestHost.Repository}/tests/stacks/units
            mkdir -p /usr/local/lib/t-units
            cp $from/lib/* /usr/local/lib/t-units/ && chmod 755 /usr/local/lib/t-units/*
            cp $from/system/* /etc/systemd/system/ && cp $from/user/* /etc/systemd/user/
            ln -sf /dev/null /etc/systemd/system/t-masked.service
            systemctl daemon-reload
            """
        );
}
