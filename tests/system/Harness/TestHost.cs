namespace OpsRestart.Tests.System.Harness;

/// <summary>The throwaway host that the tests run in, see tests/host/README.md.</summary>
internal static class TestHost
{
    /// <summary>Set by <c>./build.sh test</c>; by hand: <c>host.sh exec NAME env OPSRESTART_TEST_HOST=1 …</c>.</summary>
    public static bool IsHere =>
        Environment.GetEnvironmentVariable("OPSRESTART_TEST_HOST") == "1" && Directory.Exists("/run/systemd/system");

    /// <summary>The repository as this host sees it.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Skips the test with a reason that names what is missing.</summary>
    public static void Needs(string command, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        Assert.SkipUnless(
            folders.Any(folder => File.Exists(Path.Combine(folder, command))),
            $"{command} is not in this host (package {package})"
        );
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OpsRestart.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no repository above {AppContext.BaseDirectory}");
    }
}
