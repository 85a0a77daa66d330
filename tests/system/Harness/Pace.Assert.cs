using System.Globalization;

namespace OpsRestart.Tests.System.Harness;

public static partial class Pace
{
    /// <summary>Fails when it took longer than it may on a machine that is as busy as this one was meanwhile.</summary>
    public static void AssertWithin(TimeSpan took, TimeSpan limit, string what = "") =>
        Assert.True(
            IsWithin(took, limit),
            string.Create(
                CultureInfo.InvariantCulture,
                $"took {took.TotalSeconds:0.000} s, not {limit.TotalSeconds:0.###} s (the machine was {Since(took):0.0} times slower "
                    + $"than at rest) {what}"
            )
        );
}
