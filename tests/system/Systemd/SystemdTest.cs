using OpsRestart.Adapters.Systemd;
using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Systemd;

/// <summary>
/// A connection to the host's systemd and the unit fixtures, which are all stopped again afterwards. One at a time: there is one systemd.
/// </summary>
[Collection("systemd")]
public abstract class SystemdTest : IAsyncLifetime
{
    private protected SystemdServiceManager Manager { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await FixtureUnits.EnsureAsync();
        Manager = await SystemdServiceManager.ConnectAsync(ServiceScope.System, null, TimeProvider.System, Token);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Manager.DisposeAsync();
        await Shell.BashAsync(
            "systemctl kill -s KILL 't-*' 2>/dev/null || true; systemctl stop 't-*'; systemctl reset-failed 't-*' || true"
        );
    }

    protected async Task<ManagedService> GetAsync(string name) =>
        Assert.Single(await Manager.GetServicesAsync(new ServiceQuery { Names = [name], Detailed = true }, Token));
}
