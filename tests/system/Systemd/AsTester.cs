using OpsRestart.Adapters.Systemd;
using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Systemd;

/// <summary>
/// The parts of <see cref="UserTests"/> that run as the user <c>tester</c>. Explicit: this same program is started once more, as that user,
/// for one of them; its answer comes back in a file.
/// </summary>
public sealed class AsTester
{
    private const string AnswerVariable = "OPSRESTART_TEST_ANSWER";
    private const string Own = "t-user";

    internal static async Task EnsureManagerAsync()
    {
        await Shell.BashAsync("loginctl enable-linger tester");
        await Eventually.IsTrueAsync(async () =>
            (await Shell.RunAsync("bash", ["-c", "test -S /run/user/$(id -u tester)/bus"])).ExitCode == 0
        );
    }

    /// <summary>What a part of this class answers when tester runs it.</summary>
    internal static async Task<string> RunAsync(string part, string variable = "IGNORED=1", string wrapper = "")
    {
        var answer = $"/tmp/answer-{Guid.NewGuid():N}";
        var program = Path.Combine(AppContext.BaseDirectory, "OpsRestart.Tests.System.dll");
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet";
        var method = $"{typeof(AsTester).FullName}.{part}";
        var result = await Shell.RunAsync(
            "bash",
            [
                "-c",
                $"""
                uid=$(id -u tester) && cd / && : >{answer} && chown tester {answer} &&
                exec {wrapper} setpriv --reuid tester --regid tester --init-groups env -i HOME=/home/tester USER=tester PATH="$PATH" DOTNET_ROOT="$DOTNET_ROOT" XDG_RUNTIME_DIR=/run/user/$uid \
                  OPSRESTART_TEST_HOST=1 {AnswerVariable}={answer} {variable} {dotnet} {program} -noLogo -noColor -explicit only -method {method}
                """,
            ]
        );
        var text = await File.ReadAllTextAsync(answer);
        Assert.True(text.Length > 0, $"no answer; exit code {result.ExitCode}\n{result.Output}{result.Errors}");
        return text;
    }

    [Fact(Explicit = true)]
    public Task StartPlain() =>
        AnswerAsync(async () =>
        {
            await using var manager = await ConnectAsync(ServiceScope.System);
            return (await manager.StartAsync("t-plain", CancellationToken.None)).Raw;
        });

    [Fact(Explicit = true)]
    public Task ReadPlain() =>
        AnswerAsync(async () =>
        {
            await using var manager = await ConnectAsync(ServiceScope.System);
            var service = Assert.Single(
                await manager.GetServicesAsync(new ServiceQuery { Names = ["t-plain"], Detailed = true }, CancellationToken.None)
            );
            return $"{service.State}|{service.MainPid}";
        });

    [Fact(Explicit = true)]
    public Task StartOwn() =>
        AnswerAsync(async () =>
        {
            await using var manager = await ConnectAsync(ServiceScope.User);
            var start = await manager.StartAsync(Own, CancellationToken.None);
            var service = await GetOwnAsync(manager);
            await manager.StopAsync(Own, CancellationToken.None);
            return $"{start.Status}|{service.State}|{service.Scope}|{(await GetOwnAsync(manager)).State}";
        });

    [Fact(Explicit = true)]
    public Task LogOfOwn() =>
        AnswerAsync(async () =>
        {
            await using var manager = await ConnectAsync(ServiceScope.User);
            var log = new SystemdJournal(ServiceScope.User, null);
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            var before = await log.GetCursorAsync(limit.Token);
            await manager.RestartAsync(Own, limit.Token);
            await foreach (
                var entry in log.ReadAsync(
                    new ServiceLogQuery
                    {
                        Services = [Own],
                        AfterCursor = before,
                        Follow = true,
                    },
                    limit.Token
                )
            )
            {
                if (entry.Message.StartsWith("Started", StringComparison.Ordinal) && entry.Service == Own)
                {
                    await manager.StopAsync(Own, limit.Token);
                    return entry.Message;
                }
            }

            return "nothing";
        });

    [Fact(Explicit = true)]
    public Task LogOfSystem() =>
        AnswerAsync(async () =>
        {
            await foreach (
                var entry in new SystemdJournal(ServiceScope.System, null).ReadAsync(
                    new ServiceLogQuery { Services = ["t-logs"] },
                    CancellationToken.None
                )
            )
            {
                return entry.Message;
            }

            return "nothing";
        });

    private static Task<SystemdServiceManager> ConnectAsync(ServiceScope scope) =>
        SystemdServiceManager.ConnectAsync(scope, null, TimeProvider.System, CancellationToken.None);

    private static async Task<ManagedService> GetOwnAsync(SystemdServiceManager manager) =>
        Assert.Single(await manager.GetServicesAsync(new ServiceQuery { Names = [Own], Detailed = true }, CancellationToken.None));

    private static async Task AnswerAsync(Func<Task<string>> part)
    {
        string answer;
        try
        {
            answer = await part();
        }
        catch (SystemdException failure)
        {
            answer = $"{failure.Error}|{failure.Target}|{failure.Message}|{failure.Advice}";
        }

        await File.WriteAllTextAsync(Environment.GetEnvironmentVariable(AnswerVariable)!, answer);
    }
}
