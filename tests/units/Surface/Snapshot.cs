using OpsRestart.Tests.Units.Architecture;

namespace OpsRestart.Tests.Units.Surface;

/// <summary>Compares what users see with the text file beside this one, so that each change of it shows as a difference in review.</summary>
internal static class Snapshot
{
    private const string Accept = "OPSRESTART_ACCEPT_SURFACE";

    public static void Is(string name, string now)
    {
        var path = Path.Combine(Repository.Root, "tests", "units", "Surface", name);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(path, now);
            return;
        }

        var (before, after) = (Lines(File.Exists(path) ? File.ReadAllText(path) : ""), Lines(now));
        var changes = before.Except(after).Select(static l => "- " + l).Concat(after.Except(before).Select(static l => "+ " + l)).ToList();
        Assert.True(
            before.SequenceEqual(after),
            $"""
            What users see is not what tests/units/Surface/{name} says:
            {string.Join('\n', changes.Count > 0 ? changes : ["(the same lines, in another order)"])}

            If that is meant: run this test once more with {Accept}=1, look at the difference (git diff), and commit it with a line in
            CHANGELOG.md.
            """
        );
    }

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');
}
