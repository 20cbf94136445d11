#include "model/domestic.h"
#include "model/draw.h"

double domestic_pain(const struct world *world, size_t i)
{
    return world_clip(0.2 + 4 * (world->set.trend_growth[i] - world->next.growth[i]) + world->set.hardship[i],
                      0, 1);
}

struct domestic_rates domestic_rate(const struct world *world, size_t i, double pain, double x, double u,
                                    double Q, double L)
{
    const struct model_settings *model = &world->model;
    double ins = world->set.institutionalisation[i], g = world->next.growth[i] - world->set.trend_growth[i];
    return (struct domestic_rates){
        .orientation = -model->swing * world->set.political_openness[i] * (1 - 0.5 * ins) * u,
        .disillusion = pain * x - u / model->forgetting,
        .polarisation = 0.5 * (fabs(x) + 0.3 * pain * (1 - ins) - Q),
        .legitimacy = model->legitimacy_recovery * (world->set.legitimacy_anchor[i] - L) +
                      model->growth_legitimacy * g -
                      model->polarisation_legitimacy * fmax(0, Q - 0.1) * (1 - ins) -
                      model->danger_legitimacy * fmax(0, world->derived.threat_nonstate[i] - 0.1),
    };
}

void domestic_shake(struct world *world)
{
    for (size_t k = 0; k < world->living.count; k++) {
        size_t i = world->living.state[k];
        double x = world->next.orientation[i];
        if (world->model.noise != 0)
            x += draw_normal(world, PURPOSE_ORIENTATION, i, i,
                             world->model.orientation_noise * world->set.political_openness[i] *
                                 sqrt(world->dt / 0.25));
        world->next.orientation[i] = world_clip(x, -1, 1);
    }
}
