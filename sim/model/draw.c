#include "model/draw.h"

#include <Random123/philox.h>
#include <gsl/gsl_cdf.h>

/* A generator is a key, a counter and the block of four words that belongs to it. */
struct philox {
    philox4x32_key_t key;
    philox4x32_ctr_t counter, block;
    unsigned used; /* words of the block that are spent; 4: the next block is due */
};

static unsigned long next_word(void *state)
{
    struct philox *p = state;
    if (p->used == 4) {
        p->block = philox4x32(p->counter, p->key);
        p->counter.v[0]++;
        p->used = 0;
    }
    return p->block.v[p->used++];
}

/* 52 bits and a half in the open interval: no draw is 0 or 1, so its inverse normal is finite. */
static double uniform(uint64_t first, uint64_t second)
{
    uint64_t high = first >> 6, low = second >> 6;
    return ((double)(high << 26 | low) + 0.5) / 4503599627370496.0;
}

static double next_double(void *state)
{
    unsigned long first = next_word(state), second = next_word(state);
    return uniform(first, second);
}

static void seed(void *state, unsigned long key)
{
    struct philox *p = state;
    *p = (struct philox){.used = 4};
    p->key.v[0] = (uint32_t)key;
    p->key.v[1] = (uint32_t)((uint64_t)key >> 32);
}

static const gsl_rng_type philox = {"philox4x32-10", 0xffffffffUL, 0, sizeof(struct philox), seed,
                                    next_word,       next_double};
const gsl_rng_type *const draw_philox = &philox;

void draw_position(gsl_rng *rng, uint64_t key, const uint32_t counter[4])
{
    struct philox *p = rng->state;
    *p = (struct philox){.used = 4, .key = {{(uint32_t)key, (uint32_t)(key >> 32)}}};
    for (int k = 0; k < 4; k++)
        p->counter.v[k] = counter[k];
}

/* The first number of the generator in a position, without the detour over a generator: one block serves it. */
static double first_in(uint64_t key, philox4x32_ctr_t counter)
{
    const philox4x32_key_t half = {{(uint32_t)key, (uint32_t)(key >> 32)}};
    const philox4x32_ctr_t block = philox4x32(counter, half);
    return uniform(block.v[0], block.v[1]);
}

static double draw(const struct world *world, enum purpose purpose, size_t i, size_t j, size_t what,
                   unsigned long when, uint64_t key)
{
    const uint32_t *identity = world->cast->identity;
    /* every part has bits of its own: 6 purpose, 8 what, 18 step, 32 replicate, 32 + 32 who */
    const philox4x32_ctr_t counter = {
        {(uint32_t)purpose << 26 | (uint32_t)(what & 0xff) << 18 | (uint32_t)(when & 0x3ffffu),
         (uint32_t)world->replicate, identity[i], i == j ? 0 : identity[j]}};
    return first_in(key, counter);
}

double draw_design(uint64_t seed, enum purpose purpose, uint32_t dimension, uint32_t sample)
{
    return first_in(seed, (philox4x32_ctr_t){{(uint32_t)purpose << 26, sample, dimension, 0}});
}

double draw_uniform_of(const struct world *world, enum purpose purpose, size_t i, size_t j, size_t what)
{
    return draw(world, purpose, i, j, what, world->step, world->seed);
}

double draw_of_three(const struct world *world, enum purpose purpose, size_t i, size_t j, size_t c)
{
    /* the counter has room for two: the third turns the key, by an odd multiple of its identity */
    uint64_t key = world->seed ^ world->cast->identity[c] * UINT64_C(0x9e3779b97f4a7c15);
    return draw(world, purpose, i, j, 0, world->step, key);
}

double draw_uniform(const struct world *world, enum purpose purpose, size_t i, size_t j)
{
    return draw_uniform_of(world, purpose, i, j, 0);
}

double draw_between(const struct world *world, enum purpose purpose, size_t i, size_t j)
{
    bool ordered = world->cast->identity[i] <= world->cast->identity[j];
    return draw_uniform(world, purpose, ordered ? i : j, ordered ? j : i);
}

double draw_normal(const struct world *world, enum purpose purpose, size_t i, size_t j, double deviation)
{
    return deviation * gsl_cdf_ugaussian_Pinv(draw_uniform(world, purpose, i, j));
}

double draw_normal_yearly(const struct world *world, enum purpose purpose, size_t i, size_t j, double deviation)
{
    unsigned long year = (unsigned long)(world->quarter / 4);
    return deviation * gsl_cdf_ugaussian_Pinv(draw(world, purpose, i, j, 0, year, world->seed));
}
